// A body was read here as JSON in UTF-8. Under a content type that says something else, its provider might read another
// model in the same bytes.
import { WeirError } from '../errors.ts';

const FORMS = /multipart\/|x-www-form-urlencoded/i;
const CHARSETS = /charset[*\d]*\s*=\s*"?([^\s;"]*)/gi;
const UTF_8 = /^'?(?:utf-?8|us-ascii)'?$/i;

export function refuseMislabelled(contentType = ''): void {
  if (FORMS.test(contentType)) throw refusal('The body is JSON, and its `content-type` says that it is a form.');
  const charsets = [...contentType.matchAll(CHARSETS)].map(([, charset = '']) => charset);
  if (!charsets.every((charset) => UTF_8.test(charset))) throw refusal('JSON is taken in UTF-8 only.');
}

const refusal = (detail: string): WeirError => new WeirError('unsupported_media_type', { detail });
