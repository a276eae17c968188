"""What the catalogue is made of: frozen facts and pure rules about actions, dates, states and law."""
