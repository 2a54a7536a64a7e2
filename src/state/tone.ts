export type Tone = 'plain' | 'good' | 'bad' | 'warn'
export type Said = { readonly text: string; readonly tone: Tone }
