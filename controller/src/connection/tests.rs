//! What a client is made for, and what not.

use super::*;

#[tokio::test]
async fn a_proxy_is_refused_and_not_passed_by() {
    let mut config = kube::Config::new("https://127.0.0.1:1".parse().unwrap());
    assert!(client(config.clone()).is_ok());
    config.proxy_url = Some("http://127.0.0.1:2".parse().unwrap());
    let error = client(config).err().unwrap();
    assert!(error.to_string().contains("127.0.0.1:2"), "{error}");
}
