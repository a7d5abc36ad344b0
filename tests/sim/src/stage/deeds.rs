//! What people and bad luck do to a stage. What happens when is not decided here.

use std::time::Duration;

use jiff::SignedDuration;
use tokio::time::Instant;

use super::{Act, Stage};
use crate::cast::CONFIG;
use crate::story::Deed;

/// How long a replica that was told to stop may take to do so in order.
pub(crate) const ENDS_WITHIN: Duration = Duration::from_secs(6);

impl Stage {
    pub(super) fn deed(&mut self, deed: &Deed) {
        let now = Instant::now();
        match deed {
            Deed::Annotate(namespace, key, value) => {
                self.annotate(*namespace, key, value.as_deref());
            }
            Deed::Scale(role, to) => self.scale(*role, *to),
            Deed::Deploy(role) => self.deploy(*role),
            Deed::Recreate(role) => self.recreate(*role),
            Deed::Refound(namespace, back) => {
                self.delete_namespace(*namespace);
                self.after(*back, Act::Found(*namespace));
            }
            Deed::Autoscale(role, least, most, lasts) => {
                self.autoscale(*role, *least, *most);
                self.after(*lasts, Act::Unscale(*role));
            }
            Deed::Apply(role, value, lasts) => self.apply(*role, *value, now + *lasts),
            Deed::EditMark(role, to) => self.edit_mark(*role, *to),
            Deed::Heal(namespace, lasts) => self.heal(*namespace, now + *lasts),
            Deed::Configure(text, lasts) => {
                self.configure(text);
                self.after(*lasts, Act::Configure(CONFIG));
            }
            Deed::Away(lasts) => self.network.away(now + *lasts),
            Deed::Refuse(code, lasts) => self.network.refuse(now + *lasts, *code),
            Deed::Compact => {
                self.network.take_in();
                self.sandbox.compact();
            }
            Deed::Kill(replica, back) => self.kill(*replica, *back),
            Deed::Stop(replica, back) => {
                if let Some(running) = &self.slots[*replica].running {
                    running.told.send_replace(true);
                }
                self.after(*back + ENDS_WITHIN, Act::Start(*replica));
            }
            Deed::Lease(spec) => self.lease_by_hand(*spec),
            Deed::StandStill(replica, steps, lasts) => {
                self.stand_still(*replica, *steps, *lasts);
            }
            Deed::CutOff(replica, is_silent, lasts) => {
                let cut = Some((now + *lasts, *is_silent));
                self.network.change(*replica, |it| it.cut = cut);
            }
            Deed::Slow(replica, by, lasts) => {
                let slow = Some((now + *lasts, *by));
                self.network.change(*replica, |it| it.slow = slow);
            }
            Deed::Lag(replica, by, lasts) => {
                let lag = Some((now + *lasts, *by));
                self.network.change(*replica, |it| it.lag = lag);
            }
            Deed::EndWatches(replica) => self.network.change(*replica, |it| it.ends += 1),
            Deed::Step(replica, ahead) => {
                let ahead = SignedDuration::from_secs(*ahead);
                self.slots[*replica].clock.set_ahead(ahead);
            }
        }
    }
}
