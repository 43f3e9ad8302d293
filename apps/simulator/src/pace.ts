// Gives frames beat by beat, each when it is due: all that are overdue at once, but never much more than a socket takes.
// Beats keep to the clock, so a late one does not make the next ones late.
import type { Wire } from './wire.ts';

export interface Beats {
  readonly count: number;
  readonly everyMs: number;
  framesAt(beat: number): readonly string[];
}

const BATCH_CHARACTERS = 65_536; // as much as a socket takes before it asks to wait

export async function* paced(beats: Beats, wire: Pick<Wire, 'sleep' | 'gone'>): AsyncGenerator<readonly string[]> {
  const start = performance.now();
  const dueIn = (beat: number) => start + beat * beats.everyMs - performance.now();
  for (let beat = 0; beat < beats.count; ) {
    await wire.sleep(dueIn(beat));
    if (wire.gone) return;
    const batch: string[] = [];
    let characters = 0;
    do {
      for (const frame of beats.framesAt(beat)) {
        batch.push(frame);
        characters += frame.length;
      }
      beat += 1;
    } while (beat < beats.count && characters < BATCH_CHARACTERS && dueIn(beat) <= 0);
    yield batch;
  }
}
