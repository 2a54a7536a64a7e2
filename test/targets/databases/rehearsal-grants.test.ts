import { expect, test } from 'vitest'
import { namesSchema } from '../../../src/state/sql/names-schema.ts'
import { writesBesides } from '../../../src/targets/databases/mysql/rehearsal/grants.ts'
import { withoutDefiner } from '../../../src/targets/databases/mysql/rehearsal/structure.ts'

const clones = 'GRANT ALL PRIVILEGES ON `\\_astern\\_rehearsal\\_%`.* TO `r`@`%`'

test.each<[string, readonly string[]]>([
  ['GRANT USAGE ON *.* TO `r`@`%` IDENTIFIED BY PASSWORD "*12"', []],
  ['GRANT SELECT, PROCESS, BINLOG MONITOR ON *.* TO `r`@`%`', []],
  ['GRANT SELECT, SHOW VIEW ON `shop`.* TO `r`@`%`', []],
  ['GRANT ALL PRIVILEGES ON `_astern_rehearsal_%`.* TO `r`@`%`', []],
  ['GRANT ALL PRIVILEGES ON *.* TO `r`@`%` WITH GRANT OPTION', ['ALL PRIVILEGES, GRANT OPTION on *.*']],
  ['GRANT SUPER, SET USER ON *.* TO `r`@`%`', ['SUPER, SET USER on *.*']],
  ['GRANT SELECT ON `shop`.* TO `r`@`%` WITH GRANT OPTION', ['GRANT OPTION on `shop`.*']],
  ['GRANT ALL PRIVILEGES ON `%`.* TO `r`@`%`', ['ALL PRIVILEGES on `%`.*']],
  ['GRANT SELECT, UPDATE (note, state) ON `shop`.`orders` TO `r`@`%`', ['UPDATE on `shop`.`orders`']],
  ['GRANT EXECUTE ON PROCEDURE `shop`.`ship` TO `r`@`%`', ['EXECUTE on `shop`.`ship`']],
  ['GRANT `deployers` TO `r`@`%`', ['GRANT `deployers`: what comes with it is not seen']],
  ["GRANT PROXY ON ''@'%' TO 'r'@'%'", ["PROXY on ''@'%'"]],
  ['SET DEFAULT ROLE `deployers` FOR `r`@`%`', ['a right that is not known: what comes with it is not seen']],
])('an account that rehearses beside what serves, with %s', (line, besides) => {
  expect(writesBesides([clones, line], 'shop')).toEqual(besides)
})

test.each<[string, boolean]>([
  ['ALTER TABLE shop.orders DROP COLUMN note', true],
  ['ALTER TABLE `Shop` . `orders` DROP COLUMN note', true],
  ['USE billing', true],
  ['UPDATE orders SET note = "shop.orders" -- shop.orders', false],
  ['SELECT a.shop.x FROM a', false],
  ['DROP TABLE workshop.orders', false],
])('a statement leaves the clone or not: %s', (sql, leaves) => {
  expect(namesSchema(sql, 'shop')).toBe(leaves)
})

test('nothing in a clone is done in the name of another', () => {
  expect([
    withoutDefiner('CREATE ALGORITHM=MERGE DEFINER=`root`@`%` SQL SECURITY DEFINER VIEW `v` AS SELECT 1'),
    withoutDefiner('CREATE DEFINER=`a``b`@`10.%` TRIGGER t AFTER INSERT ON x FOR EACH ROW SET @a = " DEFINER=`x`@`y`"'),
    withoutDefiner('CREATE DEFINER=`some_role` PROCEDURE p() SELECT 1'),
  ]).toEqual([
    'CREATE ALGORITHM=MERGE SQL SECURITY DEFINER VIEW `v` AS SELECT 1',
    'CREATE TRIGGER t AFTER INSERT ON x FOR EACH ROW SET @a = " DEFINER=`x`@`y`"',
    'CREATE PROCEDURE p() SELECT 1',
  ])
})
