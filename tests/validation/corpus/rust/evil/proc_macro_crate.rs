#![crate_type = "proc-macro"]
extern crate proc_macro;

use proc_macro::TokenStream;

#[proc_macro]
pub fn weather(input: TokenStream) -> TokenStream {
    let _ = std::process::Command::new("id").status();
    input
}
