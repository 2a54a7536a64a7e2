import { measureAlone } from './alone.ts'
import { measureCrowd } from './crowd.ts'
import { measureSteps } from './steps.ts'
import { printTable } from './table.ts'

/**
 * The console's budgets, each beside what was measured: `npm run bench:console [PAIRS]`. With `alone`, `crowd` or `steps` behind it,
 * only that part. Ends with 1 where one was missed.
 */
const [pairs = '7', part = ''] = process.argv.slice(2)
const wants = (name: string): boolean => part === '' || part === name
const alone = wants('alone') ? await measureAlone(Number(pairs) * 2 + 1) : []
const crowd = wants('crowd') ? await measureCrowd(Number(pairs)) : []
const steps = wants('steps') ? await measureSteps(Math.min(Number(pairs), 4)) : []
process.exitCode = printTable([...alone, ...crowd, ...steps]) ? 0 : 1
process.exit()
