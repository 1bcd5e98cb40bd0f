fn main() {
    let _ = std /* :: */ :: // fmt
        process
        ::
        /* /* nested */ */ Command :: new("id").status();
}
