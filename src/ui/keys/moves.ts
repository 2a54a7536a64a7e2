import type { KeyRow } from './row.ts'

export const moveKeys: readonly KeyRow[] = [
  { id: 'back', keys: ['esc', 'left'], label: '', help: 'back; never destroys anything', group: 'move', rank: 9 },
  { id: 'walk back', keys: ['['], label: '', help: 'the run as it was, a line back', group: 'move', rank: 9 },
  { id: 'walk on', keys: [']'], label: '', help: 'a line on, up to the present', group: 'move', rank: 9 },
  { id: 'phase back', keys: ['{'], label: '', help: 'back to where a phase began', group: 'move', rank: 9 },
  { id: 'phase on', keys: ['}'], label: '', help: 'on to the next phase, or the present', group: 'move', rank: 9 },
  { id: 'up', keys: ['up', 'k'], label: '', help: 'up', group: 'move', rank: 9 },
  { id: 'down', keys: ['down', 'j'], label: '', help: 'down', group: 'move', rank: 9 },
  { id: 'page up', keys: ['page up'], label: '', help: 'a page up', group: 'move', rank: 9 },
  { id: 'page down', keys: ['page down', ' '], label: '', help: 'a page down', group: 'move', rank: 9 },
  { id: 'top', keys: ['home', 'g'], label: '', help: 'to the top', group: 'move', rank: 9 },
  { id: 'bottom', keys: ['end', 'G'], label: '', help: 'to the end', group: 'move', rank: 9 },
  { id: 'redraw', keys: ['ctrl+l'], label: '', help: 'draw the screen anew', group: 'move', rank: 9 },
  {
    id: 'suspend',
    keys: ['ctrl+z'],
    label: '',
    help: 'back to the shell for a while; fg comes again, the run goes on',
    group: 'move',
    rank: 9,
  },
]
