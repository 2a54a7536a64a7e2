import type { Facts } from '../facts.ts'
import type { Fault } from '../fault.ts'
import { few } from './few.ts'

/** Somebody else is at work where this plan would be: what was seen is not what will be there. */
export function deployWarnings(facts: Facts): readonly string[] {
  return Object.entries(facts.deploying ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([host, all]) =>
      all.map(({ by, isUnderWay, signs, agoMs }) => {
        const who = by === null ? '' : ` by ${by}`
        const seconds = Math.max(0, Math.round(agoMs / 1000))
        return isUnderWay
          ? `${host}: a deploy is under way${who} (${few(signs)}; the newest sign is ${seconds} s old): it may undo this, or take away what this plan was made from. Stop it or wait for its end, then plan again`
          : `${host}: a deploy may be under way${who} (${few(signs)}; the newest sign is ${seconds} s old): if it has not ended it may undo this. Look whether it has, stop it if not, and then plan again`
      }),
    )
}

/** What there is to go back to is judged by what runs, which a deploy is changing. */
export function amidDeploys(fault: Fault, facts: Facts): Fault {
  const told = deployWarnings(facts)
  return told.length === 0 ? fault : { ...fault, means: `${fault.means} ${told.join('. ')}.` }
}
