import { measureAlone } from './alone.ts'
import { measureCrowd } from './crowd.ts'
import { printTable } from './table.ts'

/**
 * The console's budgets, each beside what was measured: `npm run bench:console [PAIRS]`. With `alone` or `crowd` behind it,
 * only that part. Ends with 1 where one was missed.
 */
const [pairs = '7', part = ''] = process.argv.slice(2)
const alone = part === 'crowd' ? [] : await measureAlone(Number(pairs) * 2 + 1)
const crowd = part === 'alone' ? [] : await measureCrowd(Number(pairs))
process.exitCode = printTable([...alone, ...crowd]) ? 0 : 1
process.exit()
