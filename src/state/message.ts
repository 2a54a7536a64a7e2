/** A message as it was queued: what each channel makes its payload from, and nothing else. */
export type MessageCommand = {
  readonly kind: 'message.send'
  readonly channel: string
  /** One for good: the receiver deduplicates by it. */
  readonly delivery: string
  readonly moment: MessageMoment
  readonly subject: string
  readonly text: string
  /** Left out in journals of 0.1.0. */
  readonly facts?: MessageFacts
  /** By e-mail, to a calendar: an iCalendar object, and its iTIP method. */
  readonly invitation?: { readonly method: 'REQUEST' | 'CANCEL'; readonly text: string }
}

export type MessageMoment =
  | 'opened'
  | 'decided'
  | 'progress'
  | 'holding'
  | 'restored'
  | 'resolved'
  | 'failed'
  | 'review'
  | 'note'

/** Beside the words, for channels that want fields of their own. Times are ISO. */
export type MessageFacts = {
  /** When it was queued: the same for every attempt. */
  readonly at: string
  readonly openedAt: string
  readonly class: string
  readonly severity: string | null
  readonly scope: string
  readonly from: string | null
  readonly to: string | null
  /** What is rolled back, per instance. Empty for whoever is told no names, and where a rollback is undone. */
  readonly services: readonly { readonly service: string; readonly host: string; readonly digest: string }[]
  /** When the next word is due. */
  readonly next: string | null
  /** At the end: what became of the data. */
  readonly data: string | null
}
