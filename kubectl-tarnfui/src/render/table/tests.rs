//! The look of a table, whatever stands in it.

use super::*;

fn table(rows: &[[&str; 2]]) -> Table {
    let mut table = Table::new(&["NAME", "NOTE"]);
    for row in rows {
        table.push(row.map(str::to_owned));
    }
    table
}

fn columns(columns: usize) -> Layout {
    Layout {
        columns: Some(columns),
        is_headless: false,
    }
}

#[test]
fn columns_are_three_blanks_apart_and_lines_end_without_any() {
    let text = table(&[["a", ""], ["long-name", "x y"]]).render(Layout::default());
    assert_eq!(text, "NAME        NOTE\na           -\nlong-name   x y\n");
}

#[test]
fn texts_of_others_stay_in_their_cell() {
    let text = table(&[["a\nb", "\u{1b}[2Jc\td"]]).render(Layout::default());
    assert_eq!(text, "NAME   NOTE\na b    [2Jc d\n");
}

#[test]
fn wide_characters_keep_the_columns_straight() {
    let text = table(&[["東京", "x"], ["abcd", "y"]]).render(Layout::default());
    assert_eq!(text, "NAME   NOTE\n東京   x\nabcd   y\n");
}

#[test]
fn a_line_is_cut_to_the_terminal_and_not_in_the_middle_of_a_character() {
    let long = "x".repeat(60);
    let text = table(&[["a", &long]]).render(columns(50));
    assert_eq!(
        text.lines().nth(1).unwrap(),
        format!("a      {}…", "x".repeat(42))
    );
    let wide = "東".repeat(40);
    for width in 40..60 {
        let text = table(&[["a", &wide]]).render(columns(width));
        let cut = text.lines().nth(1).unwrap();
        let width_of: usize = cut.chars().map(get_char_width).sum();
        assert!((width - 1..=width).contains(&width_of), "{width}: {cut}");
    }
    // What fits is left alone, to the last column.
    let text = table(&[["a", &"x".repeat(43)]]).render(columns(50));
    assert!(!text.contains('…'), "{text}");
}

#[test]
fn no_rows_are_no_table() {
    assert_eq!(table(&[]).render(Layout::default()), "");
}
