pub fn first(it: impl Iterator<Item = i32>) -> Option<i32> {
    async fn _edition_2018_and_later() {}
    it.into_iter().next()
}
