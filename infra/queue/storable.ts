// A record → one that Postgres takes. It refuses U+0000 and half a surrogate pair, and one of them anywhere in a batch
// would cost all of it: they go as the ledger lets them go, whatever else the record holds.

/** As they stand in JSON, where the halves of whole pairs are not escaped; a backslash that is escaped escapes nothing. */
const UNSTORABLE = /\\(?:\\|u0000|u(d[89a-f]..))/g;

export function storable<T extends object>(record: T): T {
  const json = JSON.stringify(record);
  const mended = json.replace(UNSTORABLE, (found, half) => {
    if (found === '\\\\') return found;
    return half === undefined ? '' : '\ufffd';
  });
  return mended === json ? record : (JSON.parse(mended) as T);
}
