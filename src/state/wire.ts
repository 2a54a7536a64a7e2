import type { Fault } from './fault.ts'
import type { Intent, Refusal } from './intent.ts'
import type { Signal } from './signal.ts'

/** What passes over run.sock, one JSON object per line. Events are never sent: consoles read them from the journal. */
export type ToEngine =
  | { readonly kind: 'hello'; readonly console: string; readonly from: string; readonly wants: 'helm' | 'watch' }
  /** The nonce file was made; its owner is who the person is. */
  | { readonly kind: 'proof' }
  | { readonly kind: 'intent'; readonly intent: Intent }

export type FromEngine =
  | { readonly kind: 'challenge'; readonly file: string }
  | { readonly kind: 'welcome'; readonly name: string; readonly uid: number; readonly watchers: number }
  | { readonly kind: 'durable'; readonly seq: number }
  /** Latest wins: a slow reader misses some. */
  | { readonly kind: 'signals'; readonly signals: readonly Signal[]; readonly watchers: number }
  /** The journal cannot be written: nothing more is done. The last thing an engine says. */
  | { readonly kind: 'failed'; readonly fault: Fault }
  | { readonly kind: 'answer'; readonly id: string; readonly refusal: Refusal | null }
