import { DatabaseSync } from 'node:sqlite'
import { serve } from './web.mjs'

const database = new DatabaseSync(process.env.SHOP_DB, { timeout: 5000 })
const ship = database.prepare(
  "UPDATE orders SET state = 'shipped' WHERE state = 'placed' AND id IN (SELECT id FROM orders WHERE state = 'placed' LIMIT 20)",
)
let failing = null

setInterval(() => {
  try {
    ship.run()
    failing = null
  } catch (error) {
    failing = error
    console.error(`error: shipping: ${error.message}`)
  }
}, 300)

serve({}, () => {
  if (failing !== null) throw failing
})
