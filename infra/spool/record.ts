// An object ↔ its bytes in a segment: magic, length, checksum, JSON. The checksum covers the length as well, so that a
// record whose length was damaged is never taken for a shorter or a longer one.
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';

/** No byte of it can stand in JSON's UTF-8, and no part of it begins it anew: where it is found in a text, a record begins. */
export const MAGIC = Buffer.from([0xff, 0xfe, 0xfd, 0xfc]);
export const HEADER_BYTES = 12;

const LENGTH_AT = 4;
const CHECKSUM_AT = 8;

/** Whole, and no JSON object: another release may know what it says. It is written again as it was read. */
export class StrangeRecord {
  readonly payload: Buffer;

  constructor(payload: Buffer) {
    this.payload = payload;
  }
}

export function encodeRecord(record: object): Buffer {
  const payload = record instanceof StrangeRecord ? record.payload : Buffer.from(JSON.stringify(record));
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32BE(payload.length, LENGTH_AT);
  header.writeUInt32BE(checksumOf(header, payload), CHECKSUM_AT);
  return Buffer.concat([header, payload]);
}

/** What its header says of a record's length, header and all. */
export const lengthOf = (header: Buffer): number => HEADER_BYTES + header.readUInt32BE(LENGTH_AT);

/** Undefined where it is damaged. */
export function decodeRecord(bytes: Buffer): object | undefined {
  const payload = bytes.subarray(HEADER_BYTES);
  if (bytes.readUInt32BE(CHECKSUM_AT) !== checksumOf(bytes, payload)) return undefined;
  return objectIn(payload) ?? new StrangeRecord(Buffer.from(payload)); // a copy: the rest of what was read may go
}

const checksumOf = (header: Buffer, payload: Buffer): number =>
  crc32(payload, crc32(header.subarray(LENGTH_AT, CHECKSUM_AT)));

function objectIn(payload: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString());
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
