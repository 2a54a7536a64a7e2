export { parseDbmate } from '../migrations/tools/dbmate.ts'
