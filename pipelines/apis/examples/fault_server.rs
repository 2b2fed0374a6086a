//! Plays the agencies and breaks as it is told, for trying out and for tests of the whole program.
//!
//! `cargo run -p perspektiv-apis --example fault_server [ADDRESS]` prints the address and runs until its
//! standard input ends.

#[path = "../tests/server/mod.rs"]
mod server;

use std::io::Read;

fn main() -> std::io::Result<()> {
    let faults = server::faults::Faults::default();
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let server = server::Server::start(&address, move |asked| faults.answer(asked, &server::agency));
    println!("{}", server.url(""));
    eprintln!("kolada/v3/  pxweb1/  pxweb2/  socialstyrelsen/   and before them fault/NAME/:");
    for (name, what) in server::faults::NAMES {
        eprintln!("  {name:17} {what}");
    }
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
