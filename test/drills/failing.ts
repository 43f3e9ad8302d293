// Loaded before an app (`node --import`): at SIGUSR2 something fails there that nobody catches, as WEIR_FAILURE says.
// Production code knows nothing of it.

const FAILURES: Record<string, () => void> = {
  'an error is thrown': () => {
    throw new TypeError('a stray error');
  },
  'a promise is rejected': () => void Promise.reject(new TypeError('a stray error')),
  'an event finds nobody': () => void process.emit('error' as never, new TypeError('a stray error') as never),
};

process.on('SIGUSR2', () => FAILURES[process.env['WEIR_FAILURE'] ?? '']?.());
