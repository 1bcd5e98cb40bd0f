class Main {
    public static void main(String[] args) throws Exception {
        String t = """
            "" \""" // " """; Runtime.getRuntime().exec("id"); String u = """
            """;
    }
}
