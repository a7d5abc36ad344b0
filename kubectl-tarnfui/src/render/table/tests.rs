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

#[test]
fn columns_with_nothing_in_them_go_before_anything_is_cut() {
    let table = || {
        let mut table = Table::new(&["NAME", "SAVED", "WHY", "ORDER"]).in_color(true);
        table.push(["a", "", &"x".repeat(30), ""].map(str::to_owned));
        table.tone(2, Tone::Bad);
        table
    };
    let plain = |columns: Option<usize>| {
        let mut table = table();
        table.has_color = false;
        table.render(Layout {
            columns,
            is_headless: false,
        })
    };
    let head = |text: &str| text.lines().next().map(str::to_owned).unwrap_or_default();
    let headings = |columns: Option<usize>| head(&plain(columns));
    let why = format!("WHY{}", " ".repeat(30));
    assert_eq!(headings(Some(53)), format!("NAME   SAVED   {why}ORDER"));
    // The last goes first, and no more go than have to.
    assert_eq!(headings(Some(52)), "NAME   SAVED   WHY");
    assert_eq!(headings(Some(44)), "NAME   WHY");
    // A pipe has no width.
    assert_eq!(headings(None), format!("NAME   SAVED   {why}ORDER"));
    // What is painted goes along.
    let painted = table().render(columns(44));
    let cell = painted.lines().nth(1).unwrap();
    assert!(cell.starts_with("a      \u{1b}["), "{cell:?}");
}
