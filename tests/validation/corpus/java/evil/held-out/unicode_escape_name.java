class Main {
    public static void main(String[] args) throws Exception {
        R\u0075ntime.getR\uuuu0075ntime().ex\u0065c("id");
    }
}
