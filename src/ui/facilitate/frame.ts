import { injectsSeen } from '../../state/drill/inject-seen.ts'
import { isDrill, isEnding, isOver } from '../../state/drill/is-drill.ts'
import { deadlineOf } from '../../state/drill/play/due.ts'
import type { ConsoleState } from '../../state/store.ts'
import { beside, boxed, rowsSeen, sized } from '../frame/boxed.ts'
import { tooSmall } from '../frame/compose.ts'
import { typedSpans } from '../frame/dialog-rows.ts'
import { badge } from '../frame/header.ts'
import { shared, smallest, twoColumns, type Size } from '../frame/layout.ts'
import { logPanel } from '../panels/log.ts'
import type { Content, Panel } from '../panels/panel.ts'
import { fit } from '../text/fit.ts'
import { row, span, type Row } from '../text/row.ts'
import { between, clock } from '../text/time.ts'
import type { Theme } from '../theme.ts'
import { nowhere, shownAt } from '../view/place.ts'
import { helpBox } from './help.ts'
import { injectsBox } from './injects.ts'
import { facilitateKeys } from './keys.ts'
import { runsBox } from './runs.ts'
import { scenarioBox } from './scenario.ts'
import { frontNames, placeIn, type FacilitateView, type FrontName } from './view.ts'

/** `content`: what keys go to; `page`: how many rows of it are seen. */
export type FacilitateFrame = { readonly rows: readonly Row[]; readonly content: Content; readonly page: number }

const panels: Readonly<Record<FrontName, Panel>> = {
  injects: injectsBox,
  scenario: scenarioBox,
  runs: runsBox,
  log: logPanel,
  keys: helpBox,
}

/** The screen of whoever leads a drill. Exactly as many rows and cells as the terminal has. */
export function facilitateFrame(view: FacilitateView, state: ConsoleState, theme: Theme, size: Size): FacilitateFrame {
  const { columns, rows } = size
  if (columns < smallest.columns || rows < smallest.rows)
    return { rows: tooSmall(theme, size, state).rows, content: { title: '', rows: [] }, page: 1 }
  const scene = { view, state, theme }
  const height = rows - 3
  const wide = columns >= twoColumns
  const left = Math.floor(columns / 2)
  const drawn = wide
    ? [
        column(['injects', view.front === 'keys' ? 'keys' : 'scenario'], left, height, scene),
        column(['runs', 'log'], columns - left, height, scene),
      ]
    : [column([view.front], columns, height, scene)]
  const front = drawn.find(one => one.front !== null)?.front ?? { content: { title: '', rows: [] }, page: 1 }
  const lines = [
    header(state, theme, columns),
    ...drawn.map(one => one.rows).reduce(beside),
    prompt(view, state, theme, columns),
    footer(view, columns),
  ]
  return { ...front, rows: lines.map(line => sized(line, theme, columns)) }
}

type Scene = { readonly view: FacilitateView; readonly state: ConsoleState; readonly theme: Theme }
type Drawn = { readonly rows: readonly Row[]; readonly front: Omit<FacilitateFrame, 'rows'> | null }

function column(names: readonly FrontName[], width: number, height: number, { view, state, theme }: Scene): Drawn {
  const contents = names.map(name => ({ name, content: panels[name](state, theme, width - 4) }))
  const heights = shared(
    contents.map(({ content }) => content.rows.length + 2),
    height,
  )
  const boxes = contents.map(({ name, content }, index) => {
    const page = (heights[index] ?? 3) - 2
    const isFront = name === view.front
    const { top, cursor } = shownAt(content, isFront ? placeIn(view) : nowhere, page)
    const box = {
      title: [content.title, ...rowsSeen(content, top, page)].join('   '),
      rows: content.rows.slice(top, top + page),
      tabs: names.length > 1 ? '' : frontNames.map(one => (one === name ? `[${one}]` : one)).join('  '),
      focused: isFront,
      cursor: isFront && cursor !== null ? cursor - top : null,
    }
    return { rows: boxed(box, theme, width, page + 2), front: isFront ? { content, page } : null }
  })
  return { rows: boxes.flatMap(({ rows }) => rows), front: boxes.find(({ front }) => front !== null)?.front ?? null }
}

function header(state: ConsoleState, { glyphs }: Theme, width: number): Row {
  const { run, connection, now } = state
  const began = run.drill?.began ?? null
  const isLost = run.closed === null && connection.engine === 'gone'
  return fit(
    [
      { rank: 0, row: isDrill(run.run) ? badge(state) : [span(' NO DRILL ', 'bad')] },
      { rank: 0, row: row(span(run.run?.environment ?? '', 'title')) },
      { rank: 1, row: row(span(phaseText(state), 'title')) },
      { rank: 2, row: began === null ? [] : row(`open ${clock(between(began, run.closed?.at ?? now))}`) },
      { rank: 1, row: left(state) },
      { rank: 4, row: row(run.run?.id ?? '') },
      { rank: 1, row: isLost ? row(span(`${glyphs.bad} nobody leads it: its watchdog ends it`, 'bad')) : [] },
    ],
    width,
    2,
  )
}

function phaseText({ run }: ConsoleState): string {
  if (isOver(run)) return 'OVER'
  if (isEnding(run)) return 'ENDING'
  return (run.drill?.began ?? null) === null ? 'LOOKS AT THE STEADY STATE' : 'UNDER WAY'
}

function left({ run, now }: ConsoleState): Row {
  const until = deadlineOf(run)
  if (until === null || isEnding(run)) return []
  return row(`${clock(between(now, until))} left`)
}

function prompt(view: FacilitateView, state: ConsoleState, { glyphs }: Theme, width: number): Row {
  const { armed, typing, notice } = view
  if (typing !== null)
    return [span('Observed: ', 'key'), ...typedSpans(typing.value, typing.cursor, true, Math.max(20, width - 12))]
  if (armed !== null) return row(span(`${glyphs.warn} y: ${armed.says}`, 'warn'))
  const refused = notice ?? state.damage ?? state.answer?.refusal?.reason ?? null
  if (refused !== null) return row(span(`${glyphs.warn} ${refused}`, 'warn'))
  const { closed, drill } = state.run
  if (closed !== null) return row(span(`Over: ${closed.outcome} (${closed.why}). q leaves.`, 'title'))
  if (drill?.ending != null) return row(span(`Ending (${drill.ending.why}): ${drill.ending.words}`, 'warn'))
  return row(span(nextWords(state), 'quiet'))
}

function nextWords({ run, now }: ConsoleState): string {
  const next = injectsSeen(run, now).find(({ status }) => status === 'to come')
  if (next === undefined) return 'Nothing is to come. It ends with what is played, or by X.'
  return `Next: ${next.id}, ${next.says}.`
}

function footer({ armed, typing }: FacilitateView, width: number): Row {
  if (typing !== null) return row(span('enter', 'key'), ' writes it down  ', span('esc', 'key'), ' back')
  if (armed !== null) return row(span('y', 'key'), ' does it  ', span('any other key', 'key'), ' does nothing')
  const parts = facilitateKeys.map(({ name, label, rank }) => ({ rank, row: row(span(name, 'key'), ` ${label}`) }))
  return fit(parts, width, 2)
}
