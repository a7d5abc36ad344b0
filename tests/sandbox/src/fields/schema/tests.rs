//! What holds of the tables themselves.

use super::lists::LISTS;
use super::*;

#[test]
fn the_tables_are_sorted() {
    assert!(LISTS.is_sorted_by_key(List::name));
    assert!(LISTS.iter().all(|list| list.keys.is_sorted()));
    assert!(ATOMIC_OBJECTS.is_sorted());
    assert!(MAPS.is_sorted());
    assert!(ALWAYS.is_sorted());
    assert!(ZEROS.is_sorted());
}
