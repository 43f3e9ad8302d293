// The head of one part of a multipart form → the part's name; or what is wrong with it, where two readers might find two.

const DISPOSITION = /^content-disposition[ \t]*:([^\r\n]*)/gim;
const PARAMETER = /;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/g;

/** A line that goes on in the next one, which some readers join; and ends of lines that only some readers see. */
const FOLDED = /[\r\n][ \t]/;
const BARE_END = /\r(?!\n)|(?<!\r)\n/;

export type FormHead = { readonly name: string } | { readonly flaw: string };

export function formHeadOf(head: string): FormHead {
  if (FOLDED.test(head)) return { flaw: 'A part of the form has a head whose lines are folded.' };
  if (BARE_END.test(head)) return { flaw: 'The lines of a form must end in CRLF.' };
  const [disposition = '', ...others] = [...head.matchAll(DISPOSITION)].map(([, value]) => value);
  const names = [...disposition.matchAll(PARAMETER)].filter(([, name = '']) => /^name\b/i.test(name));
  if (others.length > 0 || names.length > 1 || names.some(([, name]) => name?.endsWith('*')))
    return { flaw: 'A part of the form has more than one name.' };
  const [, , quoted, plain] = names[0] ?? [];
  return { name: (quoted ?? plain ?? '').replace(/\\(.)/g, '$1') };
}
