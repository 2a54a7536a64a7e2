import { asternHome } from '../../client/home.ts'
import { openDrills } from '../../client/open-runs.ts'
import { exitCode } from '../exit-codes.ts'
import { answer } from '../talk.ts'
import { takeBack } from './unfinished.ts'

/** Takes back what drills of this home have left that nobody leads any more. */
export async function cleanUpDrills(): Promise<number> {
  const left = (await openDrills(asternHome(process.env))).filter(({ isLed }) => !isLed)
  let clean = true
  for (const drill of left) clean = (await takeBack(drill)) && clean
  answer(left.length === 0 ? 'nothing is left of any drill' : `taken back: ${left.map(({ run }) => run).join(', ')}`)
  return clean ? exitCode.reached : exitCode.short
}
