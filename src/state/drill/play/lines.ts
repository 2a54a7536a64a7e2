import type { Said } from '../../tone.ts'
import { phases } from '../../phases.ts'
import type { DrillEnd, DrillEvent } from './event.ts'

/** A drill's event in words. */
export function drillText(event: DrillEvent): Said {
  switch (event.kind) {
    case 'drill.began':
      return { text: 'the drill begins: its steady state was seen', tone: 'good' }
    case 'drill.joined':
      return plainly(`run ${event.run} was opened in the drill`)
    case 'drill.reached': {
      const phase = phases.find(({ number }) => number === event.phase)?.name ?? ''
      return plainly(`run ${event.run} is in ${phase}${event.begins === null ? '' : `, at ${event.begins}`}`)
    }
    case 'drill.left':
      return plainly(`run ${event.run} is closed: ${event.outcome}`)
    case 'event.said':
      return { text: `${event.text}${event.wantsAnswer ? ' (wants an answer)' : ''}`, tone: 'warn' }
    case 'event.answered':
      return plainly(`answered ${event.inject}: ${event.text}`)
    case 'hint.taken':
      return plainly(`took hint ${event.hint + 1} (${event.cost} points): ${event.text}`)
    case 'inject.fired':
      return { text: `fired ${event.inject}`, tone: 'warn' }
    case 'inject.held':
      return plainly(event.held ? `holds ${event.inject} back` : `lets ${event.inject} go`)
    case 'observation.made':
      return plainly(`observed: ${event.text}`)
    case 'hand.done':
      return plainly(`done by hand: ${event.text}`)
    case 'drill.ending':
      return {
        text: `the drill ends (${ends[event.why]}): ${event.words}`,
        tone: event.why === 'finished' ? 'good' : 'warn',
      }
  }
}

const ends: Readonly<Record<DrillEnd, string>> = {
  finished: 'finished',
  halted: 'halted',
  deadline: 'its time is over',
  'stop condition': 'a stop condition',
  beyond: 'beyond its blast radius',
  lost: 'whoever led it is gone',
  'not steady': 'no steady state',
}

function plainly(text: string): Said {
  return { text, tone: 'plain' }
}
