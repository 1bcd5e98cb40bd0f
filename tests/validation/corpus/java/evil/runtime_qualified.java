class Main {
    public static void main(String[] args) throws Exception {
        java . /* io */ lang
            . // Math
            Runtime . getRuntime ( ) . exec ( new String[] {"id"} );
    }
}
