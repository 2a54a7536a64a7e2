import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitStatements } from '../../../src/targets/databases/mysql/sql/split.ts'

const scripts: readonly (readonly [what: string, script: string, statements: readonly string[]])[] = [
  ['nothing', ' ;; -- a comment\n;', []],
  ['a last statement without its semicolon', 'SELECT 1; SELECT 2', ['SELECT 1', 'SELECT 2']],
  ['comments of three kinds around a statement', '# one;\n-- two;\n/* three; */ SELECT 1 -- four;', ['SELECT 1']],
  ['two minus signs that begin no comment', 'SELECT 1--1; SELECT 2', ['SELECT 1--1', 'SELECT 2']],
  ['a comment inside a statement', 'SELECT /* a; b */ 1;', ['SELECT /* a; b */ 1']],
  [
    'semicolons in strings and names',
    `SELECT 'a;\\';''b', "c;"";", \`d;\`\`;\`; SELECT 2`,
    [`SELECT 'a;\\';''b', "c;"";", \`d;\`\`;\``, 'SELECT 2'],
  ],
  [
    'comments that count',
    '/*!40101 SET NAMES utf8mb4 */; /*M! SET a=1; */ SELECT 1',
    ['/*!40101 SET NAMES utf8mb4 */', '/*M! SET a=1; */ SELECT 1'],
  ],
  [
    'another delimiter',
    'DELIMITER //\nSELECT 1; SELECT 2//\ndelimiter ;\nSELECT 3;',
    ['SELECT 1; SELECT 2', 'SELECT 3'],
  ],
  [
    'a delimiter that ends a word',
    'DELIMITER $$\nCREATE TRIGGER t BEGIN SELECT 1; END$$\nDELIMITER ;',
    ['CREATE TRIGGER t BEGIN SELECT 1; END'],
  ],
  [
    'a trigger',
    'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.x = 1; SET NEW.end = 2; END; SELECT 1',
    ['CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.x = 1; SET NEW.end = 2; END', 'SELECT 1'],
  ],
  [
    'a trigger of one statement',
    'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.x = IF(1, 2, 3); SELECT 1',
    ['CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.x = IF(1, 2, 3)', 'SELECT 1'],
  ],
  [
    'a trigger that is an IF',
    'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW IF (NEW.x > 1) THEN SET NEW.x = 1; END IF; SELECT 1',
    ['CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW IF (NEW.x > 1) THEN SET NEW.x = 1; END IF', 'SELECT 1'],
  ],
  [
    'a procedure with every block',
    `CREATE OR REPLACE DEFINER=\`a\`@\`%\` PROCEDURE p() BEGIN
      DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END;
      DROP TABLE IF EXISTS x;
      IF NOT EXISTS (SELECT 1) THEN SELECT IF(IF(1, 2, 3), 4, 5); ELSEIF a THEN SELECT REPEAT('x', 2); END IF;
      CASE a WHEN 1 THEN SELECT CASE b WHEN 1 THEN 2 END; END CASE;
      l: LOOP LEAVE l; END LOOP;
      WHILE a DO SET a = 0; END WHILE;
      REPEAT SET a = 1; UNTIL a END REPEAT;
      FOR i IN 1..3 DO SELECT i; END FOR;
    END; SELECT 1`.replaceAll(/\s+/g, ' '),
    [
      "CREATE OR REPLACE DEFINER=`a`@`%` PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END; DROP TABLE IF EXISTS x; IF NOT EXISTS (SELECT 1) THEN SELECT IF(IF(1, 2, 3), 4, 5); ELSEIF a THEN SELECT REPEAT('x', 2); END IF; CASE a WHEN 1 THEN SELECT CASE b WHEN 1 THEN 2 END; END CASE; l: LOOP LEAVE l; END LOOP; WHILE a DO SET a = 0; END WHILE; REPEAT SET a = 1; UNTIL a END REPEAT; FOR i IN 1..3 DO SELECT i; END FOR; END",
      'SELECT 1',
    ],
  ],
  ['a transaction, which is no body', 'BEGIN; SELECT 1; COMMIT', ['BEGIN', 'SELECT 1', 'COMMIT']],
  [
    'a block without a name',
    'BEGIN NOT ATOMIC SELECT 1; END; SELECT 2',
    ['BEGIN NOT ATOMIC SELECT 1; END', 'SELECT 2'],
  ],
  [
    'an event',
    'ALTER EVENT e DO BEGIN DELETE FROM a; END; SELECT 1',
    ['ALTER EVENT e DO BEGIN DELETE FROM a; END', 'SELECT 1'],
  ],
  [
    'a procedure without an END of its own',
    'CREATE PROCEDURE p() DELETE FROM a; SELECT 1',
    ['CREATE PROCEDURE p() DELETE FROM a', 'SELECT 1'],
  ],
]

test.each(scripts)('a script with %s falls into its statements', (_, script, statements) => {
  expect(splitStatements(script)).toEqual(statements)
})

test('splitting what was joined gives the statements back, with whatever delimiter and comments between', () => {
  const piece = fc.oneof(
    fc.constantFrom('SELECT', 'a', '1', '.5', '+', '(', ')', '@x', '/* ; */', '--1', '$', '\\'),
    fc.string().map(text => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`),
    fc.string().map(text => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`),
    fc.string().map(text => `\`${text.replaceAll('`', '``')}\``),
    fc.constant('/*!50003 x; */'),
  )
  const statement = fc.array(piece, { maxLength: 8 }).map(pieces => ['UPDATE', ...pieces, 'z'].join(' '))
  const between = fc.constantFrom('', ' ', '\n', '-- a; b\n', '# c;\n', '/* d; */')
  fc.assert(
    fc.property(
      fc.array(fc.tuple(statement, between)),
      fc.constantFrom(';', '//', '$$', ';;', '|'),
      (all, delimiter) => {
        const statements = all.map(([text]) => text)
        const joined = all.map(([text, gap]) => `${gap}${text}${gap}${delimiter}${gap}\n`).join('')
        // A delimiter inside a statement would end it.
        fc.pre(
          delimiter === ';' ||
            !statements.some(text => text.replaceAll(/'[^']*'|"[^"]*"|`[^`]*`/g, '').includes(delimiter)),
        )
        expect(splitStatements(`DELIMITER ${delimiter}\n${joined}`)).toEqual(statements)
      },
    ),
  )
})
