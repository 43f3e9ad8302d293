// Frames of server-sent events, as the APIs write them.

export function sse(data: string, event?: string): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`;
}

/** A frame of exactly that many bytes, if its empty form has no more. */
export function padded(bytes: number, frameOf: (words: string) => string): string {
  const bare = Buffer.byteLength(frameOf(''));
  return frameOf('x'.repeat(Math.max(0, bytes - bare)));
}
