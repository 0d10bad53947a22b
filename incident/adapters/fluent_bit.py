"""What is pasted into Fluent Bit, for monitors that write a log and post nothing themselves."""

OUTPUT = """
[OUTPUT]
    Name        http
    Match       *
    Host        <the host of {url}>
    Port        443
    Tls         On
    URI         /hooks/{slug}
    Format      json
    Header      Authorization Bearer SECRET
    Retry_Limit False
"""
