import type { Proposal } from '../../state/learning/proposal.ts'
import { changeText, standingOf, type Standing } from '../../state/learning/standing.ts'
import type { ConsoleState } from '../../state/store.ts'
import { blank, heading, paragraph, row, span, verbatim, type Row } from '../text/row.ts'
import type { Tone } from '../theme.ts'

/** What the run taught, each with why, on what evidence, and what would become of the file. */
export function proposalRows(state: ConsoleState, width: number): readonly Row[] {
  const proposals = state.run.learnt?.proposals ?? []
  if (proposals.length === 0) return []
  const open = proposals.filter(one => standingIn(state, one).word === 'open').length
  return [
    blank,
    heading(
      `What this run taught: ${proposals.length} for astern.yaml, ${open} open${open === 0 ? '' : ' (p answers)'}`,
    ),
    ...proposals.flatMap(proposal => rowsOf(state, proposal, width)),
  ]
}

export function standingIn({ run, offers }: ConsoleState, proposal: Proposal): Standing {
  return standingOf(
    run,
    proposal,
    offers?.find(({ id }) => id === proposal.id),
  )
}

function rowsOf(state: ConsoleState, proposal: Proposal, width: number): readonly Row[] {
  const { word, says } = standingIn(state, proposal)
  const isOpen = word === 'open'
  return [
    row(span(`${word.padEnd(13)} `, tones[word]), span(changeText(proposal), 'title')),
    ...paragraph(proposal.why, width, 'plain', '  '),
    ...(says === '' ? [] : paragraph(says, width, 'quiet', '  ')),
    ...(isOpen ? detailRows(state, proposal, width, '  ') : []),
  ]
}

/** The evidence, and the lines of the file. */
function detailRows(state: ConsoleState, proposal: Proposal, width: number, indent: string): readonly Row[] {
  return [
    ...evidenceTexts(proposal, state).flatMap(text => paragraph(text, width, 'quiet', indent)),
    ...diffOf(state, proposal).flatMap(line => verbatim(line, width, toneOf(line), indent)),
  ]
}

const evidenceShown = 3

/** `line 41: stopping api on local took 0:30 of 30s, then SIGKILL`; of other runs with their name. */
export function evidenceTexts({ evidence }: Proposal, { run }: ConsoleState): readonly string[] {
  const shown = evidence.slice(0, evidenceShown).map(({ run: of, seq, says }) => {
    const where = of === run.run?.id ? `line ${seq}` : `run ${of}, line ${seq}`
    return `${where}: ${says}`
  })
  const more = evidence.length - shown.length
  return more === 0 ? shown : [...shown, `and ${more} more`]
}

/** Without its head, which names the file that all of them are about. */
export function diffOf({ offers }: ConsoleState, { id }: Proposal): readonly string[] {
  return offers?.find(offer => offer.id === id)?.diff.slice(2) ?? []
}

export function toneOf(line: string): Tone {
  if (line.startsWith('@@')) return 'quiet'
  return line.startsWith('+') ? 'good' : line.startsWith('-') ? 'bad' : 'plain'
}

const tones: Readonly<Record<Standing['word'], Tone>> = {
  open: 'accent',
  'in the file': 'good',
  'being written': 'plain',
  'not written': 'bad',
  left: 'quiet',
  never: 'quiet',
  'to look at': 'warn',
  'not here': 'warn',
}
