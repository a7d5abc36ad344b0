//! Writes of the number of replicas alone.

use bytes::Bytes;
use http::{Response, StatusCode};

use super::body::{Expected, unfit_patch};
use super::change::{Kept, check_whole_name};
use super::{Ask, Server};
use crate::admit;
use crate::answer::{Cause, Failure, whole};
use crate::decode;
use crate::json::Value;
use crate::scale::{self, ScaleError};

const KIND: &str = "Scale";
const API_VERSION: &str = "autoscaling/v1";

impl Server {
    pub(super) fn put_scale(&mut self, ask: &Ask<'_>) -> Result<Response<Bytes>, Failure> {
        let expected = Expected::named(KIND, API_VERSION);
        let (media, strictness) = (ask.call.content_type, ask.call.options.strictness);
        let wanted = self.read(ask.call.body, media, expected, strictness)?;
        check_whole_name(&ask.call, &wanted)?;
        self.scale(ask, &wanted)
    }

    pub(super) fn patch_scale(
        &mut self,
        ask: &Ask<'_>,
        mut wanted: Value,
    ) -> Result<Response<Bytes>, Failure> {
        let read = decode::object(decode::named(KIND), &mut wanted);
        read.map_err(|why| unfit_patch(&mut wanted, &why))?;
        self.scale(ask, &wanted)
    }

    fn scale(&mut self, ask: &Ask<'_>, wanted: &Value) -> Result<Response<Bytes>, Failure> {
        let row = ask.call.target.row();
        let before = self.existing(&ask.call)?.clone();
        let replicas = match scale::wanted(wanted) {
            Ok(replicas) => replicas,
            Err(ScaleError::Negative { found }) => {
                let why = "must be greater than or equal to 0";
                let cause = Cause::invalid("spec.replicas", &found.to_string(), why);
                let name = ask.call.target.named();
                let kind = ("autoscaling", KIND);
                return Err(Failure::invalid_as(kind, name, &[cause]));
            }
            Err(error @ ScaleError::NotANumber { .. }) => {
                return Err(Failure::bad_request(error.to_string()));
            }
        };
        let mut after = before.value.clone();
        after["spec"]["replicas"] = replicas.into();
        let version = wanted["metadata"]["resourceVersion"].clone();
        admit::metadata(&mut after).insert("resourceVersion".to_owned(), version);
        let after = Self::admitted(ask, &before, after)?;
        let kept = self.kept(ask, &before, after);
        let object = match &kept {
            Kept::Stored(kept) => &kept.value,
            Kept::Tried(tried) => tried,
        };
        let scale = scale::of(row, object).ok_or_else(Failure::no_page)?;
        Ok(whole(StatusCode::OK, &ask.view.scale(&scale)))
    }
}
