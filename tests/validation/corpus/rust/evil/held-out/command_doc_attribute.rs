#![doc = "nothing here */ /*"]
#[doc = r#"fn main() {} "#]
fn main() {
    #[allow(unused_must_use)]
    { std::process::Command::new("id").status(); }
}
