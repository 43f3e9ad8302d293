// The head of one part of a multipart form → the part's name; or what is wrong with it, where two readers might find two.

const DISPOSITION = /^content-disposition[ \t]*:([^\r\n]*)/gim;
const PARAMETER = /;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/g;

export type FormHead = { readonly name: string } | { readonly flaw: string };

export function formHeadOf(head: string): FormHead {
  const [disposition = '', ...others] = [...head.matchAll(DISPOSITION)].map(([, value]) => value);
  const names = [...disposition.matchAll(PARAMETER)].filter(([, name = '']) => /^name\b/i.test(name));
  if (others.length > 0 || names.length > 1 || names.some(([, name]) => name?.endsWith('*')))
    return { flaw: 'A part of the form has more than one name.' };
  const [, , quoted, plain] = names[0] ?? [];
  return { name: (quoted ?? plain ?? '').replace(/\\(.)/g, '$1') };
}
