// Loaded before the gateway (`node --import`): the module that WEIR_FAULT names kills its own process where a line begins
// so. WEIR_FAULT is the file and how the line begins, as in `sinks/queue-sink.ts // 2.`: production code knows nothing of it.
import { registerHooks } from 'node:module';

const [file = '', ...words] = (process.env['WEIR_FAULT'] ?? '').split(' ');
const beginning = words.join(' ');
const DIE = "process.kill(process.pid, 'SIGKILL');";

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    return url.endsWith(`/${file}`) ? { ...loaded, source: withFault(String(loaded.source)) } : loaded;
  },
});

function withFault(source: string): string {
  const lines = source.split('\n');
  const at = lines.findIndex((line) => line.trimStart().startsWith(beginning));
  if (beginning === '' || at < 0) throw new Error(`${file} has no line that begins with "${beginning}"`);
  return lines.with(at, `${DIE} ${isComment(lines[at]) ? '' : lines[at]}`).join('\n');
}

const isComment = (line = '') => line.trimStart().startsWith('//');
