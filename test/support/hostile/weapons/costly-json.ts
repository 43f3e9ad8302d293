// JSON that is short to write and costly to parse: a shape and a size → the bytes of one such value.
export const SHAPES = ['arrays in arrays', 'objects in objects', 'empty objects', 'empty arrays', 'many keys'] as const;
export type Shape = (typeof SHAPES)[number];

export const isDeep = (shape: Shape): boolean => shape.includes(' in ');

/** One JSON value of about so many bytes, and never more. */
export function costlyValue(shape: Shape, bytes: number): Buffer {
  if (shape === 'arrays in arrays') return nested('[', ']', bytes);
  if (shape === 'objects in objects') return nested('{"a":', '}', bytes, '0');
  if (shape === 'empty objects') return listOf('{}', bytes);
  if (shape === 'empty arrays') return listOf('[]', bytes);
  return manyKeys(bytes);
}

/** A request's body: `head` is its members up to the costly one, as in `"model":"m"`. */
export function costlyBody(shape: Shape, bytes: number, head: string): Buffer {
  const [before, after] = [`{${head},"x":`, '}'];
  return Buffer.concat([
    Buffer.from(before),
    costlyValue(shape, bytes - before.length - after.length),
    Buffer.from(after),
  ]);
}

function nested(open: string, close: string, bytes: number, core = ''): Buffer {
  const depth = Math.floor((bytes - core.length) / (open.length + close.length));
  return Buffer.concat([Buffer.alloc(depth * open.length, open), Buffer.from(core), Buffer.alloc(depth, close)]);
}

function listOf(item: string, bytes: number): Buffer {
  const count = Math.floor((bytes - 1) / (item.length + 1));
  const list = Buffer.alloc(count * (item.length + 1) + 1, `,${item}`);
  list[0] = '['.charCodeAt(0);
  list[list.length - 1] = ']'.charCodeAt(0);
  return list;
}

// `"k00000000":0,`
const DIGITS = 8;
const KEY = `"k${'0'.repeat(DIGITS)}":0,`;
const LAST_DIGIT = KEY.indexOf('":0') - 1;

function manyKeys(bytes: number): Buffer {
  const count = Math.floor((bytes - 2) / KEY.length);
  const object = Buffer.alloc(count * KEY.length + 1, KEY);
  for (let at = 0; at < count; at += 1) {
    let rest = at;
    for (let place = 0; rest > 0; place += 1, rest = Math.floor(rest / 10)) {
      object[at * KEY.length + LAST_DIGIT - place] = 48 + (rest % 10);
    }
  }
  object[object.length - 1] = '}'.charCodeAt(0); // in place of what would be the last comma
  return Buffer.concat([Buffer.from('{'), object.subarray(0, count * KEY.length - 1), Buffer.from('}')]);
}
