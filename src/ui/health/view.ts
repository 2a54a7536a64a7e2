import type { Key } from '../input/keys-of.ts'

/** What is looked at while no run is open: which box is in front, and from which row on. */
export type HealthView = { readonly front: 'services' | 'databases'; readonly scroll: number }

export const firstHealthView: HealthView = { front: 'services', scroll: 0 }

export type HealthPressed = { readonly view: HealthView; readonly effect: 'leave' | 'suspend' | 'redraw' | null }

/** The keys there are, as the footer names them. Nothing can be asked: there is nobody to ask. */
export const healthKeys: readonly { readonly keys: readonly Key[]; readonly name: string; readonly label: string }[] = [
  { keys: ['tab', 'shift+tab'], name: 'tab', label: 'services, databases' },
  { keys: ['up', 'k', 'down', 'j', 'page up', 'page down', ' ', 'home', 'g', 'end', 'G'], name: '↑↓', label: 'scroll' },
  { keys: ['ctrl+l'], name: '^L', label: 'draw anew' },
  { keys: ['q', 'ctrl+c'], name: 'q', label: 'leave' },
]

/** `max`: the last row that can be the first shown; `page`: rows of the box. */
export function pressHealth(view: HealthView, key: Key, max: number, page: number): HealthPressed {
  if (key === 'q' || key === 'ctrl+c') return { view, effect: 'leave' }
  if (key === 'ctrl+z') return { view, effect: 'suspend' }
  if (key === 'ctrl+l') return { view, effect: 'redraw' }
  if (key === 'tab' || key === 'shift+tab')
    return { view: { front: view.front === 'services' ? 'databases' : 'services', scroll: 0 }, effect: null }
  const to = scrolled(key, Math.min(view.scroll, max), max, page)
  return { view: { ...view, scroll: Math.max(0, Math.min(max, to)) }, effect: null }
}

function scrolled(key: Key, from: number, max: number, page: number): number {
  switch (key) {
    case 'up':
    case 'k':
      return from - 1
    case 'down':
    case 'j':
      return from + 1
    case 'page up':
      return from - page
    case 'page down':
    case ' ':
      return from + page
    case 'home':
    case 'g':
      return 0
    case 'end':
    case 'G':
      return max
    default:
      return from
  }
}
