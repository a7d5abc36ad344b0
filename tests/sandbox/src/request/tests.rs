//! Paths, parameters and forms.

use super::*;
use crate::kinds;

#[track_caller]
fn target(path: &str) -> Target<'_> {
    let place = Place::of_path(path).expect(path);
    let verb = if place.name.is_empty() {
        Verb::List
    } else {
        Verb::Update
    };
    place.target(verb).expect(path)
}

#[test]
fn paths() {
    let one = target("/apis/apps/v1/namespaces/shop/deployments/web/scale");
    assert_eq!(one.row().kind, "Deployment");
    assert_eq!((one.namespace, one.named()), (Some("shop"), "web"));
    assert_eq!(one.sub, Some(Sub::Scale));

    let all = target("/apis/apps/v1/deployments");
    assert_eq!((all.namespace, all.name), (None, None));

    let namespace = target("/api/v1/namespaces/shop");
    assert_eq!(namespace.row().kind, "Namespace");
    assert_eq!((namespace.namespace, namespace.named()), (None, "shop"));
    let finalize = target("/api/v1/namespaces/shop/finalize");
    assert_eq!(
        (finalize.named(), finalize.sub),
        ("shop", Some(Sub::Finalize))
    );
    let maps = target("/api/v1/namespaces/shop/configmaps");
    assert_eq!(maps.row().kind, "ConfigMap");
}

#[test]
fn what_is_not_served_is_not_there() {
    for path in ["/", "/apis", "/apis/apps/v1", "/version"] {
        assert_eq!(Place::of_path(path), None, "{path}");
    }
    let missed = |path: &str| match Place::of_path(path).unwrap().target(Verb::Get) {
        Err(Miss::NoPage) => 0,
        Err(Miss::Refused(failure)) => failure.code.as_u16(),
        Ok(target) => panic!("{target:?}"),
    };
    for (path, code) in [
        ("/apis/keda.sh/v1alpha1/scaledobjects", 0),
        ("/apis/apps/v2/deployments", 404),
        ("/apis/apps/v1/deployments/web", 404),
        (
            "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/clusterroles",
            404,
        ),
        ("/api/v1/namespaces/shop/resourcequotas", 404),
        ("/api/v1/namespaces/shop/configmaps/web/status", 404),
        ("/api/v1/namespaces/shop/pods/web/log", 501),
        ("/api/v1/watch/pods", 501),
    ] {
        assert_eq!(missed(path), code, "{path}");
    }
}

#[test]
fn parameters() {
    let row = kinds::find("", "v1", "namespaces").unwrap();
    let refused = Options::read("shardSelector=x", row).unwrap_err();
    assert_eq!(refused.code, 501);
    let message = refused.message;
    assert!(message.contains("shardSelector=x"), "{message}");
    let read = Options::read("limit=2&labelSelector=a%3Db&nonsense=1", row).unwrap();
    assert_eq!(read.limit, Some(2));
    assert!(!read.selector.is_empty());
    let read = Options::read("dryRun=Some", row).unwrap();
    assert_eq!(read.check(Verb::Create, None).unwrap_err().code, 422);
    assert!(is_watch("limit=1&watch=true") && !is_watch("watch=0"));
}

#[test]
fn forms() {
    let check = |accept: &str, form, is_yaml| {
        let expect = Accept { form, is_yaml };
        assert_eq!(Accept::read(accept).unwrap(), expect, "{accept}");
    };
    check("", Form::Whole, false);
    check(
        "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
        Form::Table,
        false,
    );
    check(
        "application/vnd.kubernetes.protobuf,application/json",
        Form::Whole,
        false,
    );
    check(
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
        Form::PartialList,
        false,
    );
    check("application/yaml", Form::Whole, true);
    for (accept, code) in [
        ("text/html", 406),
        ("application/json;as=X;g=meta.k8s.io;v=v1", 406),
        ("application/vnd.kubernetes.protobuf", 501),
    ] {
        assert_eq!(Accept::read(accept).unwrap_err().code, code, "{accept}");
    }
}
