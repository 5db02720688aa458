/** How good or bad a word is; badges and notices show it by colour and sign. */
export type Tone = 'good' | 'warn' | 'bad' | 'wait';
