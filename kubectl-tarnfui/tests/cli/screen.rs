//! A terminal's screen, as far as the plugin makes use of one: what is seen in the end.

/// What a terminal of so many columns shows after it was sent this, line by line, and whether it
/// shows its cursor. A terminal goes to the next line when there is more to come after the last
/// column, and not before.
pub(crate) fn screen(sent: &str, columns: usize) -> (Vec<String>, bool) {
    let mut rows: Vec<Vec<char>> = vec![Vec::new()];
    let (mut row, mut column, mut has_cursor) = (0, 0, true);
    let mut rest = sent.chars();
    while let Some(c) = rest.next() {
        match c {
            '\r' => column = 0,
            '\n' => {
                row += 1;
                column = 0;
            }
            '\u{1b}' => {
                assert_eq!(rest.next(), Some('['));
                let code = code_in(&mut rest);
                let (count, letter) = code.split_at(code.len() - 1);
                match (count, letter) {
                    ("?25", "l" | "h") => has_cursor = letter == "h",
                    ("2", "K") => rows[row].clear(),
                    (count, "A") => row = row.saturating_sub(count.parse().unwrap()),
                    (count, "B") => row += count.parse::<usize>().unwrap(),
                    _ => panic!("unknown: {code}"),
                }
            }
            c => {
                if column == columns {
                    row += 1;
                    column = 0;
                }
                while rows.len() <= row {
                    rows.push(Vec::new());
                }
                let line = &mut rows[row];
                while line.len() <= column {
                    line.push(' ');
                }
                line[column] = c;
                column += 1;
            }
        }
        while rows.len() <= row {
            rows.push(Vec::new());
        }
    }
    let text = |row: &Vec<char>| row.iter().collect::<String>().trim_end().to_owned();
    let mut lines: Vec<String> = rows.iter().map(text).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    (lines, has_cursor)
}

/// Up to and with the letter that ends a code.
fn code_in(rest: &mut impl Iterator<Item = char>) -> String {
    let mut code = String::new();
    for c in rest {
        code.push(c);
        if c.is_ascii_alphabetic() {
            break;
        }
    }
    code
}
