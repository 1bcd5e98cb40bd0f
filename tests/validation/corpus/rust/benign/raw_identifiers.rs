struct Row {
    r#type: u8,
    r#unsafe: u8,
}

fn r#extern(r: &Row) -> u8 {
    r.r#type + r.r#unsafe
}

fn main() {
    println!("{}", r#extern(&Row { r#type: 1, r#unsafe: 2 }));
}
