use super::*;

#[test]
fn requests_are_of_one_kind_whatever_the_names() {
    let cases = [
        ("get", "/version", "get /version"),
        ("get", "/apis/apps/v1", "get /apis/apps/v1"),
        ("get", "/api/v1/namespaces/shop", "get namespaces"),
        (
            "list",
            "/api/v1/namespaces?limit=500",
            "list namespaces ?limit",
        ),
        (
            "patch",
            "/api/v1/namespaces/shop?fieldManager=me&dryRun=All",
            "patch namespaces ?dryRun=All&fieldManager",
        ),
        (
            "update",
            "/api/v1/namespaces/shop/finalize",
            "update namespaces/finalize",
        ),
        (
            "get",
            "/api/v1/namespaces/shop/configmaps/a",
            "get configmaps",
        ),
        (
            "list",
            "/api/v1/namespaces/shop/configmaps",
            "list configmaps",
        ),
        (
            "list",
            "/api/v1/configmaps?continue=",
            "list configmaps everywhere",
        ),
        (
            "patch",
            "/apis/apps/v1/namespaces/shop/deployments/web/scale",
            "patch deployments.apps/scale",
        ),
        (
            "watch",
            "/apis/apps/v1/deployments?watch=true&timeoutSeconds=45&resourceVersion=0\
             &allowWatchBookmarks=true&labelSelector=a%3Db",
            "watch deployments.apps everywhere \
             ?allowWatchBookmarks=true&labelSelector&resourceVersion=0&timeoutSeconds",
        ),
        (
            "watch",
            "/apis/apps/v1/deployments?resourceVersion=4711",
            "watch deployments.apps everywhere ?resourceVersion",
        ),
        (
            "list",
            "/api/v1/namespaces/x/configmaps?fieldSelector=metadata.name%3Da%2Cmetadata.namespace!=b",
            "list configmaps ?fieldSelector=metadata.name,metadata.namespace",
        ),
    ];
    for (verb, uri, expected) in cases {
        assert_eq!(Kind::of(verb, uri).as_str(), expected);
    }
}

#[test]
fn the_verb_of_a_method_is_the_one_that_the_server_finds() {
    let cases = [
        ("GET", "/api/v1/namespaces/x/configmaps/a", "get configmaps"),
        (
            "GET",
            "/api/v1/namespaces/{ns}/configmaps",
            "list configmaps",
        ),
        (
            "GET",
            "/api/v1/namespaces/x/configmaps?watch=true",
            "watch configmaps",
        ),
        (
            "GET",
            "/api/v1/configmaps?watch=false",
            "list configmaps everywhere",
        ),
        ("GET", "/version", "get /version"),
        ("POST", "/api/v1/namespaces", "create namespaces"),
        ("PUT", "/api/v1/namespaces/x", "update namespaces"),
        (
            "PATCH",
            "/api/v1/namespaces/x/status",
            "patch namespaces/status",
        ),
        (
            "DELETE",
            "/api/v1/namespaces/x/pods",
            "deletecollection pods",
        ),
        ("DELETE", "/api/v1/namespaces/x/pods/a", "delete pods"),
        (
            "GET",
            "/api/v1/namespaces?resourceVersion={v}",
            "list namespaces ?resourceVersion",
        ),
    ];
    for (method, uri, expected) in cases {
        assert_eq!(Kind::asked(method, uri).as_str(), expected);
    }
}
