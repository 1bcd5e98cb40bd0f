extern "C" fn early() {
    println!("early");
}

#[used]
#[link_section = ".init_array"]
static EARLY: extern "C" fn() = early;

fn main() {}
