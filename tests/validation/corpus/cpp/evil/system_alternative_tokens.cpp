%:include <cstdlib>

int main() <%
    int a<::> = <% 0 %>;
    return not a<:0:> and ::system("id") bitor compl 0;
%>
