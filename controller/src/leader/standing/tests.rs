//! What is published of a term, and who is woken by it.

use std::time::Duration;

use super::*;

fn holder(name: &str) -> Holder {
    Holder {
        name: name.into(),
        since: None,
        transitions: 0,
    }
}

fn term(leadership: &Leadership) -> Option<u64> {
    match leadership {
        Leadership::Leader { term, .. } => Some(*term),
        Leadership::Standby { .. } => None,
    }
}

#[test]
fn a_term_goes_on_while_there_is_no_gap_in_it() {
    let now = Instant::now();
    let at = |seconds| now + Duration::from_secs(seconds);
    let mut standing = Standing::new();
    let mut seen = standing.subscribe();

    standing.lead(at(0), at(10), holder("me"));
    assert_eq!(term(&seen.borrow_and_update()), Some(1));
    standing.lead(at(9), at(19), holder("me"));
    assert!(!seen.has_changed().unwrap());
    assert_eq!(
        (term(&seen.borrow()), standing.ends_at()),
        (Some(1), Some(at(19)))
    );
    // Exactly at its end it is over.
    standing.lead(at(19), at(29), holder("me"));
    assert!(seen.has_changed().unwrap());
    assert_eq!(term(&seen.borrow_and_update()), Some(2));
    standing.demote();
    assert_eq!(
        (term(&seen.borrow_and_update()), standing.ends_at()),
        (None, None)
    );
    standing.lead(at(20), at(30), holder("me"));
    assert_eq!(term(&seen.borrow_and_update()), Some(3));
}

#[test]
fn a_standby_tells_of_another_holder_and_of_nothing_else() {
    let mut standing = Standing::new();
    let mut seen = standing.subscribe();
    for (next, changes) in [
        (None, false),
        (Some("b"), true),
        (Some("b"), false),
        (Some("c"), true),
        (None, true),
    ] {
        standing.stand_by(next.map(holder));
        assert_eq!(seen.has_changed().unwrap(), changes, "{next:?}");
        let known = seen
            .borrow_and_update()
            .holder()
            .map(|holder| holder.name.clone());
        assert_eq!(known.as_deref(), next);
    }
}

#[test]
fn leadership_ends_at_its_instant() {
    let end = Instant::now() + Duration::from_secs(1);
    let leader = Leadership::Leader {
        valid_until: end,
        term: 1,
        holder: holder("me"),
    };
    assert!(leader.leads_at(end.checked_sub(Duration::from_nanos(1)).unwrap()));
    assert!(!leader.leads_at(end));
    assert!(
        !Leadership::Standby {
            holder: Some(holder("me"))
        }
        .leads_at(end)
    );
}
