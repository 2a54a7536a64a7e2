import { offeredHint } from '../../state/drill/hint.ts'
import { unanswered } from '../../state/drill/said.ts'
import type { KeyRow } from './row.ts'

/** Keys of a run that is played in a drill. Elsewhere they are off, and say so. */
export const drillKeys: readonly KeyRow[] = [
  {
    id: 'answer',
    keys: ['A'],
    label: 'answer',
    help: 'in a drill: answer whoever asks',
    group: 'drill',
    rank: 1,
    ask: (_, { drill }) => ({ kind: 'answer event', inject: unanswered(drill)[0]?.inject ?? '', text: 'a word' }),
  },
  {
    id: 'hint',
    keys: ['I'],
    label: 'hint',
    help: 'in a drill: a hint, and what it costs before it is taken',
    group: 'drill',
    rank: 2,
    ask: (_, { drill, now }) => ({ kind: 'take a hint', hint: offeredHint(drill, now)?.hint ?? -1 }),
  },
  {
    id: 'halt',
    keys: ['!'],
    label: '',
    help: 'halt the drill: everything that was hurt on purpose is put right',
    group: 'drill',
    rank: 9,
    ask: () => ({ kind: 'halt', reason: 'why' }),
  },
  {
    id: 'drill',
    keys: ['D'],
    label: 'drill',
    help: 'the drill this run is played in: its briefing, what was said and asked, hints',
    group: 'drill',
    rank: 3,
    off: ({ run }) => (run.run?.drill === undefined ? 'This run is played in no drill.' : null),
  },
]
