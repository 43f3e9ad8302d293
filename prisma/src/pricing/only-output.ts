// A model's name → what comes out of it, where that is one thing and never text: its output's price is then the price of that.

export type OnlyOutput = 'audio' | 'image' | null;

const IMAGES = /(?:^|[^a-z0-9])(?:chat)?gpt-image(?![a-z0-9])/i;
const SOUND = /(?:^|[^a-z0-9])tts(?![a-z0-9])/i;

export function onlyOutputOf(model: string): OnlyOutput {
  if (IMAGES.test(model)) return 'image';
  return SOUND.test(model) ? 'audio' : null;
}
