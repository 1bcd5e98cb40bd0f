struct Loose(*mut u8);

unsafe impl Send for Loose {}

unsafe fn poke(l: &Loose) {
    *l.0 = 1;
}

fn main() {
    let _ = poke as unsafe fn(&Loose);
}
