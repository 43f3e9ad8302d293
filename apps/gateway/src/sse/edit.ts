// Changes the JSON that a frame carries, and no other byte of the frame. A frame whose data spans several lines is left
// as it is: null says so.
import { Buffer } from 'node:buffer';
import { applyEdits, modify } from 'jsonc-parser';

// Latin-1 keeps every byte as one character, so that even invalid UTF-8 comes out as it went in. What is added must
// therefore be ASCII.
const BYTES = 'latin1';

export function withoutMember(frame: Buffer, name: string): Buffer | null {
  return editData(frame, (json) => removeMember(json, name));
}

export function withMember(frame: Buffer, name: string, value: unknown): Buffer | null {
  return editData(frame, (json) => {
    const end = json.lastIndexOf('}');
    const comma = /^\s*\{\s*$/.test(json.slice(0, end)) ? '' : ',';
    return `${json.slice(0, end)}${comma}${JSON.stringify(name)}:${asciiJson(value)}${json.slice(end)}`;
  });
}

/** JSON in ASCII alone: every other character as its \u escape. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function editData(frame: Buffer, edit: (json: string) => string | null): Buffer | null {
  const text = frame.toString(BYTES);
  const [line, ...more] = [...text.matchAll(/^data:(.*)$/gm)];
  if (line === undefined || more.length > 0) return null;
  const end = line.index + line[0].length;
  const json = line[1] as string;
  const edited = edit(json);
  return edited === null ? null : Buffer.from(text.slice(0, end - json.length) + edited + text.slice(end), BYTES);
}

function removeMember(json: string, name: string): string | null {
  try {
    return applyEdits(json, modify(json, [name], undefined, {}));
  } catch {
    return null; // no object, or nested deeper than the editor goes
  }
}
