use r#std::r#process::r#Command as r#match;

fn main() {
    let _ = r#match::new("id").output();
}
