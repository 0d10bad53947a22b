"""Commands from chats: who proves to be Slack or Teams, and what somebody asks for there. Pure."""
