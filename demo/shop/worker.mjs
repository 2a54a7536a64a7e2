import { database } from './database.mjs'
import { serve } from './web.mjs'

let failing = null

async function ship() {
  const [{ last }] = await database.all(
    "SELECT max(id) AS last FROM (SELECT id FROM orders WHERE state = 'placed' ORDER BY id LIMIT 20) AS waiting",
  )
  if (last !== null) await database.run("UPDATE orders SET state = 'shipped' WHERE state = 'placed' AND id <= ?", last)
}

async function work() {
  try {
    await ship()
    failing = null
  } catch (error) {
    failing = error
    console.error(`error: shipping: ${error.message}`)
  }
  setTimeout(work, 300)
}

void work()

serve({}, async () => {
  if (failing !== null) throw failing
})
